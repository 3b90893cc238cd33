# @summary Where the files of a server lie, as its package was built
type Puppet_server::Layout = Struct[{
    confdir => String[1],
    config  => String[1],
    codedir => String[1],
    vardir  => String[1],
    ruby    => String[1],
}]
