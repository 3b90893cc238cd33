# Compiles catalogs of many machines in one process, as a configuration server would. It reads JSON from standard input,
# a list of {certname, environment, classes, parameters, facts, extensions, server}, and writes a line of JSON for each machine:
# {certname, resources, faults}. A fault is {message, class, parameter, places}; a place is [file, line].
begin
  require 'json'
  require 'puppet'
  require 'puppet/configurer'
rescue LoadError => e
  warn e.message
  exit 69
end

# What modules print is not an answer.
ANSWERS = $stdout.dup
$stdout.reopen($stderr)

Puppet.initialize_settings(ARGV + ['--node_terminus', 'plain', '--environment_timeout', 'unlimited',
                                   '--strict_variables', 'true'])
Puppet::Util::Log.newdestination(:console)
Puppet::Util::Log.level = :err

def fault(message, its_class = '', parameter = '', places = [])
  { 'message' => message, 'class' => its_class, 'parameter' => parameter, 'places' => places }
end

# What an error says of itself. Its places stand in its text, and the one where it was noticed apart from that.
def told(error, certname)
  text = error.message.sub(/ on node #{Regexp.escape(certname)}\z/, '')
  places = text.scan(/\(file: ([^,)]+), line: (\d+)/).map { |file, line| [file, line.to_i] }
  noticed = error.respond_to?(:file) && error.file ? [[error.file, error.line.to_i]] : []
  its_class = text[/Class\[['"]?(?:::)?([\w:]+)/, 1] || text[/Could not find (?:declared )?class (?:::)?([\w:]+)/, 1]
  parameter = text[/parameter '(\w+)'/, 1] || text[/no parameter named '(\w+)'/, 1]
  fault(plain(text), its_class.to_s.downcase, parameter.to_s, (places + noticed).uniq)
end

# The sentence without where it was being worked on: places are told apart.
def plain(text)
  said = text.gsub(/\s*\(file: [^)]*\)/, '').gsub(/Evaluation Error: |Error while evaluating an? [\w ]+, /, '')
  twice = said[/Duplicate declaration: (.+?) is already declared/m, 1]
  said = said.sub(/\AClass\[([\w:]+)\]:\s+/) { "class #{Regexp.last_match(1).downcase}: " }
  twice ? "#{twice} is declared twice" : said.gsub(/Integer\[(-?\d+), \1\]/, '\1').gsub(/\s+/, ' ').strip
end

# Whether classes are there and take what they are given: all of it at once, where compiling ends at the first.
def class_faults(wanted, environment)
  wanted['classes'].flat_map do |name, given|
    found = environment.known_resource_types.find_hostclass(name)
    found ? given_faults(found, given || {}) : [fault("there is no class #{name}", name)]
  rescue Puppet::Error => e
    [told(e, wanted['certname'])]
  end
end

def given_faults(found, given)
  place = found.file ? [[found.file, found.line.to_i]] : []
  given.filter_map do |name, value|
    type = found.argument_types[name]
    if !found.valid_parameter?(name)
      fault("class #{found.name} takes no parameter '#{name}'", found.name, name, place)
    elsif !value.nil? && type && !type.instance?(value)
      fault(plain("class #{found.name}: #{mismatch(name, type, value)}"), found.name, name, place)
    end
  end
end

def mismatch(name, type, value)
  types = Puppet::Pops::Types
  types::TypeMismatchDescriber.singleton.describe_mismatch("parameter '#{name}'", type, types::TypeCalculator.infer_set(value))
end

def node_of(wanted, environment)
  facts = Puppet::Node::Facts.new(wanted['certname'], wanted['facts'])
  node = Puppet::Node.new(wanted['certname'], classes: wanted['classes'], parameters: wanted['parameters'],
                                              environment: environment, facts: facts)
  node.merge(facts.values)
  node.add_server_facts('serverversion' => Puppet.version, 'servername' => wanted['server'])
  node.trusted_data = { 'certname' => wanted['certname'], 'authenticated' => 'remote', 'external' => {},
                        'hostname' => wanted['certname'].split('.', 2)[0], 'domain' => wanted['certname'].split('.', 2)[1],
                        'extensions' => wanted['extensions'] }
  node
end

# Resources that wait for each other; the machine would do none of them.
def circles(graph)
  graph.find_cycles_in_graph.map do |cycle|
    way = graph.paths_in_cycle(cycle, 1).first || cycle
    places = cycle.select { |one| one.file }.map { |one| [one.file, one.line.to_i] }
    fault("resources wait for each other: #{way.map(&:ref).join(' before ')}", '', '', places.uniq)
  end
end

def compiled(wanted)
  environment = Puppet.lookup(:environments).get!(wanted['environment'])
  Puppet.override(current_environment: environment, loaders: Puppet::Pops::Loaders.new(environment)) do
    node = node_of(wanted, environment)
    # Types of parameters are worked out only where a compiler is at work.
    faults = Puppet::Parser::Compiler.new(node).with_context_overrides { class_faults(wanted, environment) }
    next { 'resources' => 0, 'faults' => faults } unless faults.empty?

    begin
      catalog = Puppet::Parser::Compiler.compile(node)
      # Values that a resource refuses, and relations that lead nowhere or in a circle, show only here.
      machine = catalog.to_ral
      machine.finalize
      { 'resources' => catalog.resources.size, 'faults' => circles(machine.relationship_graph) }
    rescue StandardError => e
      { 'resources' => 0, 'faults' => [told(e, wanted['certname'])] }
    end
  end
end

JSON.parse($stdin.read).each do |wanted|
  ANSWERS.puts JSON.generate({ 'certname' => wanted['certname'] }.merge(compiled(wanted)))
  ANSWERS.flush
end
