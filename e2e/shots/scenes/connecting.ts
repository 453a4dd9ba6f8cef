/** The test of connections, and people of the same network. */
import { findings, panel } from '../../support/diagnosis';
import type { Peer } from '../../support/peer';
import type { Trip } from '../props';
import type { Scene } from '../studio';
import { shared } from '../waits';

export const diagnosis =
  (trip: Trip): Scene =>
  async ({ person, take, url, server }) => {
    const [sender, guest] = [await person(), await person()];
    const link = await shared(sender, url, trip.files[0] ?? '');
    await guest.join(link);
    await sender.page.getByRole('button', { name: 'Trouble connecting?' }).click();
    await findings(sender.page);
    await take(sender, 'diagnosis', { while: panel(sender.page), window: true });
    await sender.close();
    await guest.page.locator('[data-testid=find-out-why][data-ready=true]').waitFor();
    await server.kill();
    await guest.page.getByTestId('find-out-why').click();
    await findings(guest.page);
    await take(guest, 'diagnosis-server', { while: panel(guest.page), window: true });
  };

const nearbyPanel = ({ page }: Peer) => page.getByRole('dialog', { name: 'Someone near you' });

export const nearby =
  (trip: Trip): Scene =>
  async ({ person, take, url }) => {
    const [sender, receiver] = [await person(), await person()];
    await receiver.page.goto(url);
    await receiver.page.getByRole('button', { name: 'Someone near you' }).click();
    const beSeen = (peer: Peer) => nearbyPanel(peer).getByRole('button', { name: 'Let me be seen' });
    await take(receiver, 'nearby', { while: beSeen(receiver), window: true });
    await beSeen(receiver).click();
    await take(receiver, 'nearby-alone', {
      while: nearbyPanel(receiver).getByText('Nobody else yet'),
      window: true,
    });
    await shared(sender, url, trip.files[0] ?? '');
    await sender.page.getByRole('button', { name: 'Someone near you' }).click();
    await beSeen(sender).click();
    const neighbour = nearbyPanel(sender).getByTestId('neighbour');
    await take(sender, 'nearby-people', { while: neighbour, window: true });
    await neighbour.getByRole('button').click();
    await take(sender, 'nearby-compare', { while: nearbyPanel(sender).getByTestId('handing'), window: true });
    await take(receiver, 'nearby-asked', {
      while: nearbyPanel(receiver).getByTestId('receiving'),
      window: true,
    });
  };
