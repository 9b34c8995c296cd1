// Colours for smuggle statements, in cells and in file editors.

import { Prec, RangeSetBuilder } from '@codemirror/state';
import { Decoration, ViewPlugin } from '@codemirror/view';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';

import { coloured } from './statements.js';

const MARKS = Object.fromEntries(
  ['keyword', 'installer', 'option', 'value', 'requirement'].map(kind => [
    kind,
    Decoration.mark({ class: `davos-${kind}` })
  ])
);
// A cell of a notebook whose kernel is IPython; a file; the languages of both.
const CELLS = 'text/x-ipython';
const PYTHON = new Set([CELLS, 'text/x-python']);

function decorations(state, mimeType) {
  const builder = new RangeSetBuilder();
  if (PYTHON.has(mimeType)) {
    for (const [from, to, kind] of coloured(state.doc.toString(), mimeType === CELLS)) {
      builder.add(from, to, MARKS[kind]);
    }
  }
  return builder.finish();
}

/** The editor extension for a model: the language of a cell is known once its kernel is. */
function colours(model) {
  return ViewPlugin.define(
    view => ({
      mimeType: model.mimeType,
      decorations: decorations(view.state, model.mimeType),
      update(change) {
        if (change.docChanged || this.mimeType !== model.mimeType) {
          this.mimeType = model.mimeType;
          this.decorations = decorations(change.state, model.mimeType);
        }
      }
    }),
    { decorations: plugin => plugin.decorations }
  );
}

export const coloursPlugin = {
  id: 'davos:colours',
  description: 'Colours smuggle statements and their onion comments.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (app, registry) => {
    registry.addExtension({
      name: 'davos:colours',
      // Of marks around the same words the highest is innermost, and its colour is seen.
      factory: ({ model }) => ({ instance: () => Prec.highest(colours(model)), reconfigure: () => null })
    });
  }
};
