# %%
import davos
# %%
smuggle sklearn  # pip: sklearn==1.4.0                #! DAV304
smuggle sklearn  # pip: scikit_learn==1.4.0
from sklearn.decomposition smuggle PCA                #! DAV301 DAV304
smuggle cv2  # pip: opencv-python-headless==4.9.0.80
smuggle PIL.Image as I  # pip: PIL==1.1.7             #! DAV304
smuggle yaml  # pip: git+https://example.org/y.git@98a3d80
smuggle google.cloud.storage as s  # pip: google-cloud-storage==2.14.0
smuggle mpl_toolkits.mplot3d as m  # pip: matplotlib==3.8.2
smuggle unheardof  # pip: otherwise==1.0
# %%
smuggle torch  # conda: pytorch==2.1.0
smuggle cv2  # conda: opencv==4.9.0
smuggle cv2  # conda: cv2==4.9.0                      #! DAV304
smuggle sklearn  # conda: sklearn==1.4.0              #! DAV304
smuggle sklearn  # conda: conda-forge::scikit-learn==1.4.0
smuggle torch  # conda: torch==2.1.0                  #! DAV304
smuggle tables  # conda: tables==3.9                  #! DAV304
smuggle matplotlib  # conda: matplotlib-base==3.8.2
smuggle torch  # conda: pytorch-gpu==2.1.0
