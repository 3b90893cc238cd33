describe 'cvmfs' do
  on_each_system do |_system|
    settings = '/etc/cvmfs/default.local'

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package('cvmfs').that_comes_before("File[#{settings}]") }
    it { is_expected.to contain_file(settings).with_content(/^CVMFS_REPOSITORIES="atlas\.cern\.ch,.*sft\.cern\.ch"$/).with_content(/^CVMFS_QUOTA_LIMIT=20480$/) }
    it { is_expected.to contain_file(settings).with_content(/^CVMFS_HTTP_PROXY="DIRECT"$/) }
    it { is_expected.to contain_file('/etc/cvmfs/domain.d/cern.ch.local').with_ensure('absent') }
    it { is_expected.to contain_file('/etc/auto.master.d/cvmfs.autofs').with_content(%r{^/cvmfs /etc/auto\.cvmfs$}) }
    it { is_expected.not_to contain_file('/var/lib/cvmfs') }
    it { is_expected.to contain_file_line('cvmfs: others see what is mounted').with_line('user_allow_other') }

    it 'has new settings read, without touching what is mounted otherwise' do
      is_expected.to contain_exec('cvmfs: settings are read again').with_refreshonly(true)
      is_expected.to contain_file(settings).that_notifies('Exec[cvmfs: settings are read again]')
    end

    context 'with caches, servers and a disk for it' do
      let(:params) do
        { 'proxies' => %w[http://a.example.org:3128 DIRECT http://b.example.org:3128], 'cache' => '/scratch/cvmfs',
          'servers' => %w[s1.example.org s2.example.org], 'cache_size' => '512M',
          'repositories' => %w[atlas.cern.ch sft.cern.ch software.example.org] }
      end

      it 'spreads over the caches before it goes without one' do
        proxies = %r{^CVMFS_HTTP_PROXY="http://a\.example\.org:3128\|http://b\.example\.org:3128;DIRECT"$}
        is_expected.to contain_file(settings).with_content(proxies).with_content(/LIMIT=512$/).with_content(%r{BASE="/scratch/cvmfs"$})
      end

      it 'asks its own servers for every domain, in that order' do
        servers = 'CVMFS_SERVER_URL="http://s1.example.org/cvmfs/@fqrn@;http://s2.example.org/cvmfs/@fqrn@"'
        %w[cern.ch example.org].each do |domain|
          is_expected.to contain_file("/etc/cvmfs/domain.d/#{domain}.local").with_ensure('file').with_content(/^#{Regexp.escape(servers)}$/)
        end
      end

      it { is_expected.to contain_file('/scratch/cvmfs').with(owner: 'cvmfs', mode: '0700') }
    end
  end
end
