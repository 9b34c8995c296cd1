// What is asked of a kernel, and what it is told.

import { KernelMessage } from '@jupyterlab/services';

const STATE =
  "__import__('importlib').import_module('davos.frontends.notebook.extension_state').state()" +
  " if 'davos' in __import__('sys').modules else None";
const PATIENCE = 10000;

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** What davos says of a session (`extension_state.py`); null without davos. Leaves no trace. */
export async function stateOf(kernel) {
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: { davos: STATE }
  });
  const reply = await future.done;
  return reply?.content?.user_expressions?.davos?.data?.['application/json'] ?? null;
}

/** Whether a question still waits for its answer: a busy kernel answers on the control channel. */
export async function isOpen(kernel, id) {
  const request = KernelMessage.createMessage({
    channel: 'control',
    msgType: 'comm_info_request',
    session: kernel.clientId,
    username: kernel.username,
    content: { target_name: 'davos.question' }
  });
  const answer = kernel.sendControlMessage(request, true).done;
  const reply = await Promise.race([answer, sleep(PATIENCE)]);
  return id in (reply?.content?.comms ?? {});
}

/** Answer `input()` of a kernel where this page has no box for it. */
export function reply(kernel, value) {
  kernel.sendInputReply({ status: 'ok', value }, {});
}

/** The kernel of a notebook, once it is connected; null if there is none for ten seconds. */
export async function connectedKernel(panel) {
  for (let waited = 0; waited < PATIENCE; waited += 100) {
    const kernel = panel.sessionContext.session?.kernel;
    if (kernel?.connectionStatus === 'connected') {
      return kernel;
    }
    await sleep(100);
  }
  return null;
}
