#!/bin/sh
date +"
%Y"
%end
%include /etc/passwd
