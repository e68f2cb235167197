"""The settings stand in setup.cfg; this file is for installers that look for it."""

from setuptools import setup

setup()
