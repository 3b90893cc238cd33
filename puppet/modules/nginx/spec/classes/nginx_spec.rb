describe 'nginx' do
  let(:params) { { 'clients' => ['10.10.0.0/16'], 'tree' => '/srv/clusterdef' } }
  let(:config) { '/etc/nginx/nginx.conf' }

  on_each_system do |system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_service('nginx').with(ensure: 'running', enable: true, restart: /reload/) }

    it 'has one configuration, and none that it would not start with' do
      user = system.start_with?('debian') ? 'www-data' : 'nginx'
      is_expected.to contain_file(config).with_content(/^user #{user};$/).with_validate_cmd(/nginx -t .*%/)
        .that_requires('Package[nginx]').that_notifies('Service[nginx]')
      is_expected.to contain_file(config).without_content(/sites-enabled/)
    end

    it 'answers the boot networks and nobody else' do
      text = /geo \$server_addr \$at_home \{\s+default 0;\s+10\.10\.0\.0\/16 1;\s+\}/
      is_expected.to contain_file(config).with_content(text).without_content(/listen \[::\]/)
    end

    it 'hands a machine its own token, and nobody else' do
      user = system.start_with?('debian') ? 'www-data' : 'nginx'
      place = '/var/lib/clusterdef-handout'
      is_expected.to contain_file(place).with(ensure: 'directory', owner: 'root', group: user, mode: '0750')
      is_expected.to contain_file(config).with_content(%r{location = /token .*alias #{place}/\$remote_addr;}m)
    end

    context 'with both versions' do
      let(:params) { { 'clients' => ['10.10.0.0/16', 'fd00:10::/64'], 'tree' => '/data/tree' } }

      it { is_expected.to contain_file(config).with_content(/listen \[::\]:80/).with_content(%r{root /data/tree;}) }
    end
  end
end
