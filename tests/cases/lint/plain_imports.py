# %%
import sys, os.path
import davos
# %%
smuggle six  # pip: six==1.16.0
import six.moves
import numpy as np                                    #! DAV307
from pandas.core import frame                         #! DAV307
from . import sibling
import IPython
from google.colab import drive
from google import colab
from IPython.display import display
try:
    import tomli
except ImportError:
    tomli = None
def function():
    import scipy                                      #! DAV307
# %%
%pip install davos
%pip install -q davos==0.3.0
%pip install tqdm                                     #! DAV308
!pip install -q "tqdm>=4" rich                        #! DAV308
!{sys.executable} -m pip install tqdm                 #! DAV308
%pip install -r requirements.txt
%pip install --upgrade pip davos-extra                #! DAV308
%pip install a-tool-for-the-command-line
%conda install -y -c conda-forge tqdm=4.66            #! DAV308
!mamba install a-tool tqdm                            #! DAV308
%conda install -n other tqdm
%conda install a-tool
%pip install davos -i https://example.org/simple
!pip install -q davos 2>&1 | tail -1
%pip install --upgrade pip ipykernel
x = """
%pip install tqdm
"""
# %%
smuggle tqdm  # pip: tqdm==4.66.1
from davos_extra smuggle thing  # pip: davos-extra==1
