nmcli connection modify eno2 +ipv4.routes "10.10.1.0/24 10.10.0.254"
