module mtls-server

go 1.19
