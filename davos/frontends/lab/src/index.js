import { coloursPlugin } from './colours.js';
import { panelPlugin } from './panel.js';
import { questionPlugin } from './question.js';

export default [coloursPlugin, questionPlugin, panelPlugin];
