# %%
import davos
# %%
davos.config.suppress_stdout = True
davos.suppress_stdout = True
davos.config.supress_stdout = True                    #! DAV209
davos.config.smugled                                  #! DAV209
davos.supress_stdout = True                           #! DAV209
davos.config.colour = "red"                           #! DAV209
davos.configure(noninteractive=True, actve=True)      #! DAV209
davos.configure(**{"actve": 1})
davos.config.update({})
davos.something_else = 1
other.config.colour = 1
from davos import config, configure
config.projct = None                                  #! DAV209
configure(projct=None)                                #! DAV209
config = davos.config
