// Keeps what davos says of a notebook's kernel, and marks outputs that are older than a rerun.

import { NotebookActions } from '@jupyterlab/notebook';

import { stateOf } from './kernel.js';

const OUTDATED = 'davos-outdated';

/** Whether a notebook is one that davos has to do with: no other kernel is asked anything. */
function usesDavos(panel) {
  return panel.content.widgets.some(({ model }) =>
    model.type === 'code' && /\b(davos|smuggle)\b/.test(model.sharedModel.getSource())
  );
}

/** Calls `changed` with the panel whenever what its kernel says was read anew. */
export class Watch {
  constructor(tracker, changed) {
    this.states = new WeakMap();
    this.waiting = new WeakSet();
    this.changed = changed;
    tracker.forEach(panel => this.attend(panel));
    tracker.widgetAdded.connect((_, panel) => this.attend(panel));
    NotebookActions.executed.connect((_, { notebook }) => {
      const panel = tracker.find(one => one.content === notebook);
      if (panel) {
        void this.refresh(panel);
      }
    });
  }

  attend(panel) {
    const context = panel.sessionContext;
    context.connectionStatusChanged.connect(() => void this.refresh(panel));
    context.kernelChanged.connect(() => void this.refresh(panel));
    context.statusChanged.connect((_, status) => {
      if (status === 'idle' && this.waiting.has(panel)) {
        void this.refresh(panel);
      }
    });
    void panel.context.ready.then(() => this.refresh(panel));
  }

  async refresh(panel) {
    const kernel = panel.sessionContext.session?.kernel;
    if (kernel && usesDavos(panel) && kernel.status !== 'idle') {
      this.waiting.add(panel);
      return;
    }
    this.waiting.delete(panel);
    const asked = kernel && usesDavos(panel);
    const state = asked ? await stateOf(kernel).catch(() => null) : null;
    if (panel.isDisposed) {
      return;
    }
    this.states.set(panel, state);
    mark(panel, state?.outdated ?? []);
    this.changed(panel);
  }
}

function mark(panel, ids) {
  for (const cell of panel.content.widgets) {
    const { outputs, id } = cell.model;
    cell.toggleClass(OUTDATED, Boolean(outputs?.length) && ids.includes(id));
  }
}
