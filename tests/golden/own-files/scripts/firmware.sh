#!/bin/sh
# Firmware settings that the vendor forgot.
echo "setting $(hostname)"
