/** English for what stands before the first drop: shipped with the page, so every word here is paid for by everyone. */
import doors from './doors.json';
import frame from './frame.json';
import home from './home.json';

export default { ...doors, ...frame, ...home };
