#!/usr/bin/env python
# -*- coding: latin-1 -*-
'''Größe'''
import os, numpy as np

def main():
	import yaml, json
	from sklearn import svm
	return yaml, svm

if __name__ == '__main__': import pandas; main()
