describe 'frontier_squid' do
  let(:params) { { 'clients' => ['10.10.0.0/16', '192.0.2.0/24'], 'disk_cache' => '1.5T' } }

  on_each_system do |system|
    debian = system.start_with?('debian')
    file, name = debian ? ['/etc/squid/conf.d/clusterdef.conf', 'squid'] : ['/etc/squid/customize.sh', 'frontier-squid']

    it { is_expected.to compile.with_all_deps }

    it 'leaves squid.conf to whom it belongs' do
      is_expected.not_to contain_file('/etc/squid/squid.conf')
      is_expected.to contain_file(file).with_mode(debian ? '0644' : '0755').that_requires("Package[#{name}]").that_notifies("Service[#{name}]")
    end

    it 'is open to its clients, and has its size' do
      allowed = debian ? /^acl clusterdef_clients src 10\.10\.0\.0\/16 192\.0\.2\.0\/24$/ : /^setoption\("acl NET_LOCAL src", "10\.10\.0\.0\/16 192\.0\.2\.0\/24"\)$/
      size = debian ? /^cache_dir ufs \/var\/spool\/squid 1572864 16 256$/ : /^setoptionparameter\("cache_dir", 3, "1572864"\)$/
      is_expected.to contain_file(file).with_content(allowed).with_content(size).with_content(/256 MB/)
    end

    it 'is watched by nobody, and fetches from everywhere' do
      nobody = debian ? /^snmp_port 0$/ : /HOST_MONITOR src", "127\.0\.0\.1\/32"/
      is_expected.to contain_file(file).with_content(nobody).without_content(/dstdomain/)
    end

    context 'with monitors and domains' do
      let(:params) { super().merge('monitors' => ['198.51.100.0/24'], 'restrict_to' => ['.example.org', 'cvmfs-s1.example.edu']) }

      it 'is watched by those, and fetches from these before anybody is let in' do
        is_expected.to contain_file(file).with_content(/src.* 198\.51\.100\.0\/24/)
          .with_content(/dstdomain \.example\.org cvmfs-s1\.example\.edu.*http_access deny !\w+/m)
        is_expected.to contain_file(file).with_content(/http_access deny !\w+\n.*http_access allow/m) if debian
      end
    end
  end
end
