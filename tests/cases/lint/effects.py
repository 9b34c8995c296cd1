# What the rows say must be found in them, and nothing else.
# %%
import davos
# %%
# pip: python-dateutil==2.9.0                         #! DAV201
smuggle six  # pip: six==1.16.0
smuggle six  # why  # pip: six==1.15.0                #! DAV201 DAV301
smuggle six  ## pip: six==1.15.0                      #! DAV201 DAV301
smuggle six  # pip: six==1.16.0 # pip: six==1.15.0    #! DAV201
x = 1  # pip: six==1.16.0                             #! DAV201
x = 1  # conda: six==1.16.0                           #! DAV201
x = "# pip: six==1.16.0"
text = """
# pip: six==1.16.0
smuggle nothing
"""
from six smuggle (
    moves,  # pip: six==1.16.0                        #! DAV201
    text_type,
)  # pip: six==1.16.0
from six smuggle (  # pip: six==1.16.0
    moves,
)  # pip: six==1.15.0                                 #! DAV201
smuggle a; smuggle b  # pip: b==1                     #! DAV301
# %%
smuggle six, attr, os  # pip: six==1.16.0             #! DAV202
smuggle six, os, json  # pip: six==1.16.0
smuggle six.moves as m, six, six.moves.urllib  # pip: six==1.16.0
smuggle google.protobuf, google.cloud.storage  # pip: protobuf==4.24.0 #! DAV202
smuggle os, six  # pip: six==1.16.0                   #! DAV202 DAV203
from os smuggle path  # pip: six==1.16.0              #! DAV203
from os smuggle path  # conda: six==1.16.0            #! DAV203
smuggle six, attr  # conda: six==1.16.0               #! DAV202
from os.path smuggle join
from . smuggle six  # pip: six==1.16.0
# %%
exec("smuggle six")                                   #! DAV206
eval('from six smuggle moves')                        #! DAV206
exec("import six")
exec("smuggle = 1")
exec(text)
print("smuggle six")
# %%
def function():
    smuggle six  # pip: six==1.16.0                   #! DAV208
    async def inner():
        smuggle os                                    #! DAV208
class Class:
    smuggle os                                        #! DAV208
for _ in range(2): smuggle os                         #! DAV208
while True:
    from os smuggle path                              #! DAV208
if x:
    smuggle os
try:
    smuggle os
finally:
    smuggle os
with x: smuggle os
élan = 1; smuggle os
