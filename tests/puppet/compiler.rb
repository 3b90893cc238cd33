# What programs that compile the catalogs of many machines in one process have in common: Puppet as a server has it, strict.
require 'json'
require 'puppet'
require 'puppet/configurer'

Puppet.initialize_settings(ARGV + ['--node_terminus', 'plain', '--environment_timeout', 'unlimited',
                                  '--strict', 'error', '--strict_variables', 'true'])
Puppet::Util::Log.newdestination(:console)
Puppet::Util::Log.level = :err

# A machine as it is known once its certificate was looked at.
def machine(certname, environment, **more)
  node = Puppet::Node.new(certname, environment: environment, **more)
  node.trusted_data = { 'certname' => certname, 'authenticated' => 'remote', 'extensions' => {} }
  node
end

def within(name)
  environment = Puppet.lookup(:environments).get!(name)
  Puppet.override(current_environment: environment, loaders: Puppet::Pops::Loaders.new(environment)) { yield environment }
end

# One answer for each of the list on standard input.
def answer
  puts JSON.generate(JSON.parse($stdin.read).map { |wanted| yield wanted })
end
