/** One file opened for viewing, for as long as the component that asks stands. Null while it is being opened; a code when it cannot be. */
import { useEffect, useState } from 'react';
import type { RoomId, ShareId, ShoalErrorCode, Viewing } from '../../lib/index';
import { codeOf } from '../_text/errors';
import { engine } from './engine';

export type Opened = { readonly viewing: Viewing } | { readonly code: ShoalErrorCode } | null;

export function useViewing(room: RoomId, share: ShareId, file: number): Opened {
  const [opened, setOpened] = useState<Opened>(null);
  useEffect(() => {
    let current = true;
    let close = (): void => undefined;
    const open = async (): Promise<void> => {
      try {
        const viewing = await (await engine()).watch(room, share, file);
        close = () => viewing.close();
        if (current) setOpened({ viewing });
        else close();
      } catch (error) {
        if (current) setOpened({ code: codeOf(error) });
      }
    };
    void open();
    return () => {
      current = false;
      close();
    };
  }, [room, share, file]);
  return opened;
}
