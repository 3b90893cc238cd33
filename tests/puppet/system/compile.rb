# Compiles catalogs of many machines in one process and makes resources of them. Reads a list of {environment, certname,
# classes, parameters, facts} from standard input, prints for each the number of its resources, or the error.
require 'json'
require 'puppet'
require 'puppet/configurer'

Puppet.initialize_settings(ARGV + ['--node_terminus', 'plain', '--environment_timeout', 'unlimited',
                                  '--strict', 'error', '--strict_variables', 'true'])
Puppet::Util::Log.newdestination(:console)
Puppet::Util::Log.level = :err

def node_of(wanted, environment)
  facts = Puppet::Node::Facts.new(wanted['certname'], wanted['facts'])
  node = Puppet::Node.new(wanted['certname'], classes: wanted['classes'], parameters: wanted['parameters'],
                                              environment: environment, facts: facts)
  node.merge(facts.values)
  node.add_server_facts('serverversion' => Puppet.version, 'servername' => 'puppet.example.org')
  node.trusted_data = { 'certname' => wanted['certname'], 'authenticated' => 'remote', 'extensions' => {} }
  node
end

def compiled(wanted)
  environment = Puppet.lookup(:environments).get!(wanted['environment'])
  Puppet.override(current_environment: environment, loaders: Puppet::Pops::Loaders.new(environment)) do
    catalog = Puppet::Parser::Compiler.compile(node_of(wanted, environment))
    # Names that a relation speaks of and nobody declares, and values that a type refuses, show only here.
    machine = catalog.to_ral
    machine.finalize
    machine.relationship_graph
    { 'resources' => catalog.resources.size }
  end
rescue StandardError => e
  { 'error' => e.message }
end

puts JSON.generate(JSON.parse($stdin.read).map { |wanted| compiled(wanted) })
