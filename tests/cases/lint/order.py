# %%
smuggle os                                            #! DAV204
# %%
def load():
    import davos as early
# %%
smuggle os                                            #! DAV204
# %%
smuggle os                                            #! DAV205
import davos as d, sys
smuggle os                                            #! DAV205
# %%
smuggle os
d.deactivate()
smuggle os                                            #! DAV207
# %%
smuggle os                                            #! DAV207
d.activate()
smuggle os                                            #! DAV207
# %%
smuggle os
d.config.active = False
d.config.active = True
smuggle os
d.configure(active=False, noninteractive=True)
# %%
smuggle os                                            #! DAV207
from davos import config as options, activate
activate()
# %%
smuggle os
options.active = False
# %%
smuggle os                                            #! DAV207
