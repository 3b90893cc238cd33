#!/bin/sh
# Firmware first.
modprobe ipmi_si || true
