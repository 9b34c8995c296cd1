#!/usr/bin/env python
# -*- coding: latin-1 -*-
'''Größe'''
import os
smuggle numpy as np  # pip: numpy==1.23.1

def main():
	smuggle yaml  # pip: PyYAML==6.0
	import json
	from sklearn smuggle svm  # pip: scikit-learn==1.2.0
	return yaml, svm

if __name__ == '__main__':
    smuggle pandas  # pip: pandas==1.5.3
    main()
