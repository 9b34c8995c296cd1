# ---
# jupyter:
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # Title

# %%
import davos

# %%
smuggle numpy as np  # pip: numpy==1.23.1  # arrays
from sklearn smuggle svm  # pip: scikit-learn==1.2.0

# %%
print(np, svm)
