/** English for everything later; comes with the first view that is loaded when needed (_components/later.tsx). A new area is a line here. */
import room from './room.json';

export default { ...room };
