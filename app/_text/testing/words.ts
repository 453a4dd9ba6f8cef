/** For tests of texts: all of English is there, as in a page that has loaded its later parts. */
import rest from '../messages/en/rest';
import { addEnglish } from '../words';

addEnglish(rest);
