describe 'nfs' do
  let(:params) { { 'clients' => ['10.10.0.0/16', '2001:db8:1::/64'], 'exports' => ['/export/home', '/export/data'] } }

  on_each_system do |system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package(system.start_with?('debian') ? 'nfs-kernel-server' : 'nfs-utils') }

    it 'offers each directory to each network, and no other' do
      options = 'rw,sync,root_squash,no_subtree_check'
      lines = %w[/export/home /export/data].map { |path| "#{path} 10.10.0.0/16(#{options}) 2001:db8:1::/64(#{options})\n" }
      is_expected.to contain_file('/etc/exports.d/clusterdef.exports')
        .with_content(/\A# .*\n#{Regexp.escape(lines.join)}\z/)
        .that_comes_before('Service[nfs-server]').that_notifies('Exec[exports in force]')
      is_expected.to contain_exec('exports in force').with(command: 'exportfs -ra', refreshonly: true)
    end

    it 'makes directories that are not there, and nothing else of them' do
      is_expected.to contain_exec('directory /export/data')
        .with(creates: '/export/data').that_comes_before('Service[nfs-server]')
      is_expected.not_to contain_file('/export/data')
    end

    it 'serves version 4 with its threads' do
      is_expected.to contain_ini_setting('nfs.conf threads')
        .with(path: '/etc/nfs.conf', section: 'nfsd', value: '32').that_notifies('Service[nfs-server]')
      is_expected.to contain_ini_setting('nfs.conf vers3').with_value('n')
    end

    it 'makes homes, when their disk is there' do
      is_expected.to contain_file('/etc/systemd/system/make-homes.service')
        .with_content(%r{^RequiresMountsFor="/export/home"$})
        .with_content(%r{^ExecStart=/usr/local/sbin/make-homes "/export/home"$})
      is_expected.to contain_service('make-homes.timer').with(ensure: 'running', enable: true)
    end

    context 'without homes' do
      let(:params) { super().merge('create_homes' => false, 'threads' => 64, 'options' => ['ro']) }

      it 'takes the timer away' do
        is_expected.to contain_service('make-homes.timer').with(ensure: 'stopped', enable: false)
          .that_comes_before('File[/etc/systemd/system/make-homes.timer]')
        is_expected.to contain_file('/etc/systemd/system/make-homes.timer').with_ensure('absent')
        is_expected.to contain_file('/usr/local/sbin/make-homes').with_ensure('absent')
      end

      it { is_expected.to contain_ini_setting('nfs.conf threads').with_value('64') }
      it { is_expected.to contain_file('/etc/exports.d/clusterdef.exports').with_content(%r{^/export/data 10\.10\.0\.0/16\(ro\)}) }
    end
  end
end
