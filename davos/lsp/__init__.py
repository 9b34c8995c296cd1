"""`davos lsp`: what davos knows about a text, for editors (Language Server Protocol 3.17).

`positions` counts as the client counts, `documents` holds what is open, `files` puts
cells together and lints them. One module for each thing an editor asks for:
`diagnostics`, `actions`, `hover`, `completion`, `symbols`, `semantic_tokens`.
`protocol` and `server` speak with the client; they and the types need pygls.
"""
