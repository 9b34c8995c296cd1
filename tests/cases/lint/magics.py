# %%
import davos
# %matplotlib inline                                  #! DAV210
%pylab
# %%
%load_ext line_profiler                               #! DAV210
%load_ext autoreload
%reload_ext storemagic
%load_ext IPython.extensions.autoreload
%load_ext google.colab.data_table
smuggle seaborn as sns  # pip: seaborn==0.13.2
smuggle matplotlib.pyplot as plt  # pip: matplotlib==3.8.4
smuggle line_profiler  # pip: line-profiler==4.1.2
%lprun -f f f()
%autoreload 2
# %%
%load_ext sql                                         #! DAV210
smuggle sql  # pip: jupysql==0.10.10
# %%
%%sql
%load_ext rpy2.ipython
# %%
from google.cloud smuggle storage  # pip: google-cloud-storage==2.16.0
# %%
# %%bigquery frame                                    #! DAV210
# select 1
# %%
x = """
%load_ext watermark
"""
# %%
%%capture
%load_ext memory_profiler                             #! DAV210
%memit x
%load_ext
