# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # Title

# %%
import numpy as np  # arrays
from sklearn import svm

# %%
print(np, svm)
