# What Puppet itself says: the literal defaults in manifests, and whether a value is an instance of a type.
# Reads {"files": [...], "values": [[type, value], ...]} from its input, writes JSON.
require 'json'
require 'puppet'

Literal = Puppet::Pops::Evaluator::LiteralEvaluator.new

def literal(expression)
  found = catch(:not_literal) { [Literal.literal(expression)] }
  found.is_a?(Array) ? { 'value' => found[0] } : nil
end

def classes(file)
  model = Puppet::Pops::Parser::Parser.new.parse_file(file).model
  model.definitions.grep(Puppet::Pops::Model::HostClassDefinition).to_h do |definition|
    given = definition.parameters.select(&:value)
    [definition.name, given.to_h { |parameter| [parameter.name, literal(parameter.value)] }]
  end
end

def instance(type, value)
  parsed = Puppet::Pops::Types::TypeParser.singleton.parse(type)
  Puppet::Pops::Types::TypeCalculator.instance?(parsed, value)
end

asked = JSON.parse($stdin.read)
answer = {
  'defaults' => asked['files'].map { |file| classes(file) }.reduce({}, :merge),
  'instances' => asked['values'].map { |type, value| instance(type, value) }
}
puts JSON.generate(answer)
