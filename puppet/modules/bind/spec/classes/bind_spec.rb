describe 'bind' do
  let(:params) { { 'tree' => '/srv/clusterdef' } }

  on_each_system do |system|
    debian = system.start_with?('debian')
    config = debian ? '/etc/bind/named.conf' : '/etc/named.conf'

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_service('named.service').with(ensure: 'running', enable: true) }

    it 'reads what is published and nothing beside it' do
      line = %r{^include "/srv/clusterdef/current/bind/named\.conf";$}
      is_expected.to contain_file(config).with(content: line, mode: '0640', group: debian ? 'bind' : 'named')
        .that_notifies('Service[named.service]')
    end

    it 'may read it where it is confined' do
      local = '/etc/apparmor.d/local/usr.sbin.named'
      is_expected.not_to contain_file(local) unless debian
      next unless debian

      is_expected.to contain_file(local).with_content(%r{^/srv/clusterdef/\*\* r,$})
      is_expected.to contain_exec('AppArmor knows what named may read').that_comes_before('Service[named.service]')
    end
  end
end
