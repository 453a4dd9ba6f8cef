/** Every area in this language; loaded when it is chosen. A new area is a line here. */
import closing from './closing.json';
import diagnosis from './diagnosis.json';
import dialog from './dialog.json';
import doors from './doors.json';
import error from './error.json';
import files from './files.json';
import frame from './frame.json';
import home from './home.json';
import install from './install.json';
import library from './library.json';
import nearby from './nearby.json';
import options from './options.json';
import people from './people.json';
import room from './room.json';
import shares from './shares.json';
import state from './state.json';
import swarm from './swarm.json';

export default {
  ...closing,
  ...diagnosis,
  ...dialog,
  ...doors,
  ...error,
  ...files,
  ...frame,
  ...home,
  ...install,
  ...library,
  ...nearby,
  ...options,
  ...people,
  ...room,
  ...shares,
  ...state,
  ...swarm,
};
