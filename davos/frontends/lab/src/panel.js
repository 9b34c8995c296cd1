// The panel with the notebook's requirements, installed versions and lock.

import { INotebookTracker } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';

import { Watch } from './watch.js';

const NOTHING = 'The kernel of this notebook has not imported davos yet.';
const HEADS = ['package', 'asked', 'installed', 'locked'];

function element(tag, ...children) {
  const node = document.createElement(tag);
  node.append(...children);
  return node;
}

function row(tag, words) {
  return element('tr', ...words.map(word => element(tag, word)));
}

function table(rows) {
  const body = rows.map(({ name, asked, installed, locked }) =>
    row('td', [name, asked, installed || 'no', locked || '–'])
  );
  return element('table', element('thead', row('th', HEADS)), element('tbody', ...body));
}

function lockLine({ lock, problem }, name) {
  if (problem) {
    return element('p', `Lock: ${problem}`);
  }
  if (!lock) {
    const word = /^[\w.-]+$/.test(name) ? name : 'NOTEBOOK';
    return element('p', 'Lock: none. ', element('code', `davos lock ${word}`), ' makes one.');
  }
  const date = lock.as_of ? `, as of ${lock.as_of}` : '';
  return element('p', `Lock: ${lock.packages} package${lock.packages === 1 ? '' : 's'}${date}.`);
}

class RequirementsPanel extends Widget {
  constructor() {
    super();
    this.id = 'davos-requirements';
    this.title.label = 'davos';
    this.title.caption = 'davos: requirements';
    this.addClass('davos-panel');
    this.display(null, null);
  }

  /** Show what davos says of a notebook, or that it says nothing. */
  display(panel, state) {
    const name = panel?.context.path.split('/').pop() ?? 'No notebook is open';
    const parts = [element('h2', name)];
    if (!state) {
      parts.push(...(panel ? [element('p', NOTHING)] : []));
    } else {
      const project = state.project === null ? 'Project: none' : `Project: ${state.project}`;
      parts.push(element('p', project), lockLine(state, name));
      parts.push(state.rows.length ? table(state.rows) : element('p', 'Nothing is smuggled yet.'));
    }
    this.node.replaceChildren(...parts);
  }
}

export const panelPlugin = {
  id: 'davos:panel',
  description: 'Shows the requirements of a notebook, and marks outputs older than a rerun.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app, tracker) => {
    const shown = new RequirementsPanel();
    const update = () => {
      const panel = tracker.currentWidget;
      shown.display(panel, (panel && watch.states.get(panel)) ?? null);
    };
    const watch = new Watch(tracker, update);
    tracker.currentChanged.connect(update);
    app.shell.add(shown, 'right', { rank: 900 });
  }
};
