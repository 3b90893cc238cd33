# What every spec of a shipped module may use: the facts of each system, and the modules beside it.
require 'json'
require 'rspec-puppet'
require 'tmpdir'

ROOT = File.expand_path('../..', __dir__)
HOME = Dir.mktmpdir('clusterdef-specs')
at_exit { FileUtils.remove_entry(HOME) }

# Facts of the systems that there are; what is the same on all of them is added.
SYSTEMS = JSON.parse(File.read("#{ROOT}/clusterdef/compilation/systems.json")).freeze
MACHINE = {
  'kernel' => 'Linux', 'service_provider' => 'systemd', 'path' => '/usr/sbin:/usr/bin', 'virtual' => 'physical',
  'networking' => { 'fqdn' => 'worker07.example.org', 'hostname' => 'worker07', 'domain' => 'example.org',
                    'ip' => '10.10.2.7' },
  'memory' => { 'system' => { 'total_bytes' => 25_769_803_776 } }, 'processors' => { 'count' => 8 }
}.freeze

# `on_each_system { |name| … }` opens a context with the facts of each system that the module's definition names.
module EachSystem
  def on_each_system(&examples)
    folder = metadata[:absolute_file_path].split('/spec/').first
    supported = JSON.parse(File.read("#{folder}/module.json")).fetch('os')
    names = supported.flat_map { |family, releases| releases.map { |release| "#{family}#{release}" } }
    names.each do |name|
      context "on #{name}" do
        let(:facts) { MACHINE.merge(SYSTEMS.fetch(name)) }
        class_exec(name, &examples)
      end
    end
  end
end

RSpec.configure do |config|
  config.extend EachSystem
  config.module_path = "#{ROOT}/puppet/modules:/usr/share/puppet/modules"
  config.environmentpath = "#{HOME}/environments"
  config.manifest = "#{HOME}/site.pp"
  config.setup_fixtures = false
  config.confdir = "#{HOME}/conf"
  config.strict_variables = true
  # Release 4 has no other way.
  config.trusted_server_facts = true if config.respond_to?(:trusted_server_facts=)
  config.before { Puppet[:strict] = :error }
end
