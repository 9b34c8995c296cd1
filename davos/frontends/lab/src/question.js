// The question whether to restart and rerun, with buttons that also work after a reload.

import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

import { connectedKernel, isOpen, reply, sleep } from './kernel.js';

const MIME_TYPE = 'application/vnd.davos.question+json';
const ANSWERED = 'This question is answered already, or its kernel has gone.';
const keyOf = kernel => `davos:question:${kernel.id}`;

function element(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  node.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  return node;
}

/** Renders a question (`davos/frontends/restart/prompt.py`). */
class Question extends Widget {
  constructor(tracker) {
    super();
    this.addClass('davos-question');
    this.tracker = tracker;
  }

  async renderModel(model) {
    this.model = model;
    this.question = model.data[MIME_TYPE];
    const { message, preview, buttons } = this.question;
    // Lumino would take Enter and Space on a button for its own shortcuts.
    const group = element('div', '', {
      role: 'group',
      'aria-label': message,
      'data-lm-suppress-shortcuts': 'true'
    });
    for (const [key, label] of Object.entries(buttons)) {
      const button = element('button', label, { type: 'button' });
      button.onclick = () => void this.answer(key, label);
      group.append(button);
    }
    this.node.replaceChildren(element('div', message), element('div', preview), group);
  }

  onAfterAttach() {
    void this.check();
  }

  get panel() {
    return this.tracker.find(panel => panel.node.contains(this.node));
  }

  /** Take the buttons away if the kernel waits for no answer; remember a question that is open. */
  async check() {
    const { panel } = this;
    const kernel = panel && (await connectedKernel(panel));
    if (!kernel || !(await isOpen(kernel, this.question.id))) {
      this.say(ANSWERED);
      return;
    }
    const cell = panel.content.widgets.find(one => one.node.contains(this.node));
    const remembered = { cell: cell?.model.id, question: this.question };
    sessionStorage.setItem(keyOf(kernel), JSON.stringify(remembered));
  }

  say(text) {
    const { message } = this.question;
    this.node.replaceChildren(element('div', message), element('div', text));
  }

  async answer(key, label) {
    const box = await this.inputBox();
    if (box) {
      box.value = key;
      const enter = { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true };
      box.dispatchEvent(new KeyboardEvent('keydown', enter));
      return;
    }
    const kernel = this.panel && (await connectedKernel(this.panel));
    if (!kernel || !(await isOpen(kernel, this.question.id))) {
      this.say(ANSWERED);
      return;
    }
    reply(kernel, key);
    const chosen = `Chosen: ${label.toLowerCase()}.`;
    this.say(chosen);
    // This page gets no update of an output that was saved before it was loaded.
    this.model.setData({ data: { 'text/plain': `${this.question.message}\n${chosen}` } });
  }

  /** The box for input below the cell: it comes a moment after the question, or never. */
  async inputBox() {
    for (let tries = 0; tries < 20; tries++) {
      const box = [...(this.node.closest('.jp-Cell')?.querySelectorAll('.jp-Stdin-input') ?? [])];
      if (box.length) {
        return box.pop();
      }
      await sleep(50);
    }
    return null;
  }
}

/** Show a question again that was open when the page was left and the notebook was not saved. */
async function restore(panel) {
  await panel.context.ready;
  const kernel = await connectedKernel(panel);
  const remembered = kernel && JSON.parse(sessionStorage.getItem(keyOf(kernel)) ?? 'null');
  if (!remembered) {
    return;
  }
  const cell = panel.content.widgets.find(one => one.model.id === remembered.cell);
  const { question } = remembered;
  if (!cell?.model.outputs || !(await isOpen(kernel, question.id))) {
    sessionStorage.removeItem(keyOf(kernel));
    return;
  }
  const shown = cell.model.outputs.toJSON().some(one => one.data?.[MIME_TYPE]?.id === question.id);
  if (!shown) {
    const data = { [MIME_TYPE]: question, 'text/plain': `${question.message}\n${question.preview}` };
    cell.model.outputs.add({ output_type: 'display_data', data, metadata: {} });
  }
}

export const questionPlugin = {
  id: 'davos:question',
  description: 'Shows the question whether to restart and rerun.',
  autoStart: true,
  requires: [IRenderMimeRegistry, INotebookTracker],
  activate: (app, registry, tracker) => {
    registry.addFactory(
      { safe: true, mimeTypes: [MIME_TYPE], createRenderer: () => new Question(tracker) },
      0
    );
    tracker.widgetAdded.connect((_, panel) => void restore(panel));
  }
};
