/** Every area in this language; loaded when it is chosen. A new area is a line here. */
import files from './files.json';
import frame from './frame.json';
import home from './home.json';
import room from './room.json';

export default { ...files, ...frame, ...home, ...room };
