/** English for everything later; comes with the first view that is loaded when needed (_components/later.tsx). A new area is a line here. */
import files from './files.json';
import room from './room.json';

export default { ...files, ...room };
