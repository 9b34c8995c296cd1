import { coloursPlugin } from './colours.js';

export default [coloursPlugin];
