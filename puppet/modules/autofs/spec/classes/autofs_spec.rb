describe 'autofs' do
  let(:params) { { 'server' => 'nfs.example.org', 'shares' => ['/export/data'] } }
  map = '/etc/auto.clusterdef'
  master = '/etc/auto.master.d/clusterdef.autofs'

  on_each_system do |system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package(system.start_with?('debian') ? 'nfs-common' : 'nfs-utils') }

    it 'mounts under the path of the server, and never where programs would lose data' do
      is_expected.to contain_file(map).that_notifies('Service[autofs]')
        .with_content(%r{^/export/home -vers=4\.2,hard,nosuid,nodev nfs\.example\.org:/export/home$})
        .with_content(%r{^/export/data -vers=4\.2,hard,nosuid,nodev nfs\.example\.org:/export/data$})
      is_expected.to contain_file(master).with_content(%r{^/- /etc/auto\.clusterdef --timeout=600$})
    end

    it 'mounts soon although the directory is away' do
      is_expected.to contain_ini_setting('autofs does not wait long for the directory')
        .with(path: '/etc/autofs.conf', section: ' autofs ', value: '1').that_comes_before('Service[autofs]')
    end

    it 'leaves alone what is mounted when a map changes' do
      is_expected.to contain_service('autofs').with(ensure: 'running', enable: true, restart: /reload/)
    end

    it 'lets programs use these homes under SELinux' do
      allowed = 'Exec[programs may use homes on NFS]'
      expect(catalogue.resource(allowed).nil?).to be(system.start_with?('debian'))
    end

    context 'with directories of other servers' do
      let(:params) do
        super().merge('maps' => [{ 'at' => '/data/theory', 'source' => 'files.example.edu:/theory', 'options' => %w[ro soft] },
                                 { 'at' => '/data/more', 'source' => 'files.example.edu:/more' }],
                      'home' => '/home', 'options' => ['hard'], 'timeout' => 0, 'server' => '2001:db8::5')
      end

      it 'mounts them by their own options, or by the usual ones' do
        is_expected.to contain_file(map).with_content(%r{^/home -hard \[2001:db8::5\]:/home$})
          .with_content(%r{^/data/theory -ro,soft files\.example\.edu:/theory$})
          .with_content(%r{^/data/more -hard files\.example\.edu:/more$})
        is_expected.to contain_file(master).with_content(/--timeout=0$/)
      end
    end

    %w[worker07.example.org worker07 10.10.2.7].each do |itself|
      context "on the server, known as #{itself}" do
        let(:params) { super().merge('server' => itself) }

        it { is_expected.to contain_file(map).without_content(%r{^/}) }
        it { is_expected.to contain_service('autofs').with(ensure: 'stopped', enable: false) }

        context 'with directories of others' do
          let(:params) { super().merge('maps' => [{ 'at' => '/data', 'source' => 'files.example.edu:/data' }]) }

          it { is_expected.to contain_file(map).without_content(%r{^/export}).with_content(%r{^/data }) }
          it { is_expected.to contain_service('autofs').with_ensure('running') }
        end
      end
    end
  end
end
