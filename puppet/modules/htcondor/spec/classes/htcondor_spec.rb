describe 'htcondor' do
  let(:params) do
    { 'pool' => 'mytier3', 'manager' => 'head.example.org', 'machines' => ['10.10.0.0/16'], 'uid_domain' => 'example.org',
      'pool_password' => sensitive('secret') }
  end

  conf = '/etc/condor/config.d/50-clusterdef.conf'
  slots = '/etc/condor/config.d/51-clusterdef-slots.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'knows its pool, and takes its machines alone as members' do
      is_expected.to contain_file(conf).with_content(/^CONDOR_HOST = head\.example\.org$/).with_content(/^COLLECTOR_NAME = mytier3$/)
        .with_content(%r{^ALLOW_DAEMON = condor@mytier3/10\.10\.0\.0/16, condor_pool@example\.org/10\.10\.0\.0/16$})
        .with_content(/^FILESYSTEM_DOMAIN = example\.org$/).with_content(/^SEC_DEFAULT_AUTHENTICATION = REQUIRED$/)
        .that_notifies('Service[condor]')
    end

    it 'shows the password to nobody' do
      file = catalogue.resource('File', '/etc/condor/passwords.d/POOL')
      expect(file.sensitive_parameters).to include(:content)
      expect(file[:content].bytes).to eq([0xAD, 0xC8, 0xDD, 0x9D, 0xBB, 0xD9])
      is_expected.to contain_file('/etc/condor/passwords.d/POOL').with(owner: 'root', mode: '0600', show_diff: false)
    end

    it('ends no job when a setting changes') { is_expected.to contain_service('condor').with_restart('systemctl reload condor') }
    it { is_expected.to contain_file(slots).with_content(/^NUM_SLOTS = 1$/).with_content(/_PARTITIONABLE = False$/).without_content(/NUM_CPUS/) }
    it { is_expected.to contain_exec('slots are made anew when no job runs').that_subscribes_to("File[#{slots}]") }

    context 'with slots as jobs ask for them, elsewhere' do
      let(:params) { super().merge('slots' => 'auto', 'scratch' => '/scratch/condor') }

      it { is_expected.to contain_file(slots).with_content(/^SLOT_TYPE_1 = 100%\nSLOT_TYPE_1_PARTITIONABLE = True$/) }
      it { is_expected.to contain_file(slots).with_content(%r{^EXECUTE = /scratch/condor$}) }
      it { is_expected.to contain_file('/scratch/condor').with(ensure: 'directory', owner: 'condor') }
    end

    context 'with more slots than cores' do
      let(:params) { super().merge('slots' => 12) }

      it { is_expected.to contain_file(slots).with_content(/^NUM_CPUS = 12\nNUM_SLOTS = 12$/) }
    end

    context 'on several networks' do
      let(:facts) do
        own = { 'a' => { 'ip' => '192.0.2.7' }, 'b' => { 'ip' => '10.10.2.7' }, 'c' => {} }
        super().merge('networking' => super()['networking'].merge('interfaces' => own))
      end

      it { is_expected.to contain_file(conf).with_content(/^NETWORK_INTERFACE = 10\.10\.2\.7$/) }
    end
  end
end
