# Compiles catalogs of many machines in one process. Reads a list of {environment, certname, classifier} from standard
# input, classifier being what an external node classifier answers, or null where the environment has a nodes.pp.
# Prints for each what its classes were given, or the error.
require_relative '../../puppet/compiler'

def plain(value)
  case value
  when Puppet::Pops::Types::PSensitiveType::Sensitive then { 'sensitive' => value.unwrap }
  when Hash then value.map { |key, item| [key, plain(item)] }.to_h
  when Array then value.map { |item| plain(item) }
  else value
  end
end

def resources(catalog)
  ours = catalog.resources.select { |one| %w[Class Notify].include?(one.type) && !%w[main Settings].include?(one.title) }
  ours.map { |one| [one.ref, parameters(one)] }.sort_by(&:first).to_h
end

# A resource keeps what was Sensitive as plain values, and their names apart.
def parameters(resource)
  hidden = resource.sensitive_parameters.map(&:to_s)
  resource.to_hash.map { |name, value| [name, hidden.include?(name.to_s) ? { 'sensitive' => value } : plain(value)] }.to_h
end

def compiled(wanted)
  told = wanted['classifier'] || {}
  within(wanted['environment']) do |environment|
    node = machine(wanted['certname'], environment, classes: told['classes'] || {}, parameters: told['parameters'] || {})
    node.merge('networking' => { 'fqdn' => wanted['certname'] })
    { 'resources' => resources(Puppet::Parser::Compiler.compile(node)) }
  end
rescue Puppet::Error => e
  { 'error' => e.message }
end

answer { |wanted| compiled(wanted) }
