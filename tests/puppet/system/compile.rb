# Compiles catalogs of many machines in one process and makes resources of them. Reads a list of {environment, certname,
# classes, parameters, facts} from standard input, prints for each the number of its resources, or the error.
require_relative '../compiler'

def node_of(wanted, environment)
  facts = Puppet::Node::Facts.new(wanted['certname'], wanted['facts'])
  node = machine(wanted['certname'], environment,
                 classes: wanted['classes'], parameters: wanted['parameters'], facts: facts)
  node.merge(facts.values)
  node.add_server_facts('serverversion' => Puppet.version, 'servername' => 'puppet.example.org')
  node
end

def compiled(wanted)
  within(wanted['environment']) do |environment|
    catalog = Puppet::Parser::Compiler.compile(node_of(wanted, environment))
    # Names that a relation speaks of and nobody declares, and values that a type refuses, show only here.
    whole = catalog.to_ral
    whole.finalize
    whole.relationship_graph
    { 'resources' => catalog.resources.size }
  end
rescue StandardError => e
  { 'error' => e.message }
end

answer { |wanted| compiled(wanted) }
