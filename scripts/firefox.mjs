// Where the system's Firefox is and what makes it fit for tests. Decides: path and preferences, in one place. Nothing is downloaded.
import { existsSync } from 'node:fs';

const candidates = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** @returns {string | undefined} path of a Firefox to run; FIREFOX_PATH wins, and empty it means none */
export const findFirefox = () =>
  process.env.FIREFOX_PATH === undefined
    ? candidates.find((candidate) => existsSync(candidate))
    : process.env.FIREFOX_PATH || undefined;

/**
 * Preferences besides those puppeteer sets (no updates, no reports, no lists fetched). Storage, service workers, timers and prompts are left
 * as people have them: those are what the tests look at.
 * @param {string} folder where downloads go, without asking
 */
export const firefoxPreferences = (folder) => ({
  'browser.download.folderList': 2,
  'browser.download.dir': folder,
  'browser.download.useDownloadDir': true,
  'browser.download.alwaysOpenPanel': false,
  'browser.helperApps.neverAsk.saveToDisk': 'application/octet-stream,application/zip',
  // Peers on one machine without a network have no other address, and no mDNS to make its names from.
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  // What still asks for a network that is not there.
  'app.normandy.enabled': false,
  'app.update.auto': false,
  'browser.newtabpage.activity-stream.asrouter.providers.message-groups': '',
  'browser.region.network.url': '',
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
});
