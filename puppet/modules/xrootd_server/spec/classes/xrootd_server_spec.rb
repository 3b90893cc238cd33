describe 'xrootd_server' do
  file = '/etc/xrootd/xrootd-clustered.cfg'
  let(:node) { 'data1.example.org' }
  let(:params) { { 'hostname' => 'data1.example.org' } }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'serves alone' do
      is_expected.to contain_file(file).without_content(/all\.role|cms\.delay/).with_content(%r{^all\.export /data readonly\noss\.localroot /export/data$})
      is_expected.to contain_service('xrootd@clustered').with(ensure: 'running', enable: true)
      is_expected.to contain_service('cmsd@clustered').with(ensure: 'stopped', enable: false)
    end

    it 'has the name of its machine, or sees another' do
      is_expected.to contain_file('/etc/systemd/system/cmsd@clustered.service.d/clusterdef.conf').with_content(/^User=xrootd$/).without_content(/ExecStart/)
    end

    context 'with a public name' do
      let(:params) { super().merge('hostname' => 'data1.public.example.edu') }

      it 'announces that' do
        command = /^ExecStart=\n.*hostname data1\.public\.example\.edu && exec setpriv --reuid=xrootd.*cmsd -l/
        is_expected.to contain_file('/etc/systemd/system/cmsd@clustered.service.d/clusterdef.conf').with_content(command)
      end
    end

    it { is_expected.to contain_exec('xrootd: room for /data').with(creates: '/export/data/data') }

    context 'under a redirector' do
      let(:params) { super().merge('redirector' => 'head.example.org', 'storage' => '/srv/xrootd', 'writable' => true) }
      let(:pre_condition) { "class { 'xrootd': paths => ['/atlas', '/data'], cms_port => 3122, user => 'grid', security => 'gsi' }" }

      it 'reports to it' do
        is_expected.to contain_file(file).with_content(/^all\.role server\nall\.manager head\.example\.org:3122$/)
          .with_content(%r{^all\.export /atlas writable\nall\.export /data writable\noss\.localroot /srv/xrootd$})
          .with_content(/^sec\.protbind \* only gsi$/).that_notifies('Service[cmsd@clustered]')
        is_expected.to contain_service('cmsd@clustered').with(ensure: 'running', enable: true)
      end

      it 'runs as whom it shall, and the files are theirs' do
        is_expected.to contain_file('/etc/systemd/system/xrootd@clustered.service.d/clusterdef.conf').with_content(/^User=grid$/)
        is_expected.to contain_exec('xrootd: room for /atlas').with_command("install -d -o grid -g xrootd '/srv/xrootd/atlas'")
      end

      it { is_expected.to contain_file('/etc/grid-security/xrd/xrdkey.pem').that_notifies('Service[xrootd@clustered]') }
    end
  end
end
