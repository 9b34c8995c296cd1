"""Modules of other names than their distributions on PyPI; where metadata cannot tell.

The parts of namespace packages stand in `davos.distributions.namespaces`.
The first distribution of a row is the usual one; a module that has the name of its
distribution needs no row.
"""

from __future__ import annotations

from typing import Mapping

__all__ = ["DISTRIBUTIONS", "KNOWN", "WELL_KNOWN"]

_TABLE = """
absl absl-py
apiclient google-api-python-client
attr attrs
autotime ipython-autotime
barcode python-barcode
bidi python-bidi
Bio biopython
bs4 beautifulsoup4
bson pymongo bson
cairo pycairo
community python-louvain
cpuinfo py-cpuinfo
Crypto pycryptodome pycrypto
Cryptodome pycryptodomex
cv2 opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless
dateutil python-dateutil
decouple python-decouple
discord discord.py
dns dnspython
docx python-docx
dotenv python-dotenv
engineio python-engineio
escpos python-escpos
faiss faiss-cpu faiss-gpu
ffmpeg ffmpeg-python
fitz PyMuPDF
freetype freetype-py
gi PyGObject
git GitPython
github PyGithub
gitlab python-gitlab
googleapiclient google-api-python-client
gridfs pymongo
haystack haystack-ai farm-haystack
hydra hydra-core
igraph igraph python-igraph
imblearn imbalanced-learn
jenkins python-jenkins
jose python-jose
jpype JPype1
jwt PyJWT
kafka kafka-python kafka-python-ng
ldap python-ldap
Levenshtein Levenshtein python-Levenshtein
llama_cpp llama-cpp-python
magic python-magic python-magic-bin
memcache python-memcached
mpl_toolkits matplotlib
mpl_toolkits.basemap basemap
mpl_toolkits.mplot3d matplotlib
multipart python-multipart
mysql.connector mysql-connector-python
MySQLdb mysqlclient MySQL-python
nacl PyNaCl
nmap python-nmap
odf odfpy
OpenGL PyOpenGL
opensearchpy opensearch-py
OpenSSL pyOpenSSL
osgeo GDAL
past future
pcap pypcap
PIL Pillow Pillow-SIMD
pkg_resources setuptools
pptx python-pptx
psycopg2 psycopg2-binary psycopg2
pycocotools pycocotools pycocotools-windows
pylab matplotlib
pythoncom pywin32
pywt PyWavelets
pyximport Cython
rdkit rdkit rdkit-pypi
rest_framework djangorestframework
sdl2 PySDL2
serial pyserial
shapefile pyshp
shapely shapely Shapely
skbio scikit-bio
skfda scikit-fda
skfuzzy scikit-fuzzy
skimage scikit-image
sklearn scikit-learn scikit-learn-intelex
sklearn_extra scikit-learn-extra
sklego scikit-lego
skmultilearn scikit-multilearn
skopt scikit-optimize
sksparse scikit-sparse
sksurv scikit-survival
skued scikit-ued
slugify python-slugify
smbus smbus-cffi smbus2
snappy python-snappy
socketio python-socketio
socks PySocks
soundfile soundfile PySoundFile
speech_recognition SpeechRecognition
sql jupysql ipython-sql
stdnum python-stdnum
surprise scikit-surprise
talib TA-Lib
telegram python-telegram-bot
tensorflow tensorflow tensorflow-cpu tensorflow-macos tensorflow-gpu tf-nightly tensorflow-intel
tensorflow_datasets tensorflow-datasets tfds-nightly
tensorflow_probability tensorflow-probability tfp-nightly
tlz toolz cytoolz
tree dm-tree
umap umap-learn
usb pyusb
websocket websocket-client
win32api pywin32
win32com pywin32
wx wxPython
xdg pyxdg
Xlib python-xlib
yaml PyYAML
zmq pyzmq
"""

KNOWN: Mapping[str, tuple[str, ...]] = {
    module: tuple(names) for module, *names in map(str.split, _TABLE.strip().splitlines())
}
"""The distributions that a dotted module can come from."""

DISTRIBUTIONS: Mapping[str, str] = {module: names[0] for module, names in KNOWN.items()}
"""The usual one of them."""

WELL_KNOWN: frozenset[str] = frozenset(
    """
    altair anndata astropy bokeh boto3 catboost click cvxpy cython dask datasets django duckdb
    fastapi flask folium fsspec gensim geopandas graphviz gym h5py holoviews httpx hypertools
    imageio ipywidgets jax joblib keras librosa lightgbm lxml matplotlib mne mpmath nbformat
    networkx nibabel nilearn nltk numba numexpr numpy openpyxl optuna pandas patsy pingouin plotly
    polars psutil psycopg2 pyarrow pydantic pymc pyproj pyspark pytest quail redis regex requests
    rich scanpy scipy scrapy seaborn selenium shap shapely six spacy sqlalchemy statsmodels
    streamlit sympy tables tabulate tensorflow torch torchaudio torchvision tqdm transformers
    typer umap wandb xarray xgboost
    """.split()
) | frozenset(KNOWN)
"""Modules that many notebooks import; those without a row have their distribution's name."""
