describe 'slurm_controller' do
  let(:pre_condition) { 'include slurm' }
  let(:node) { 'head.example.org' }
  let(:params) { { 'cluster_name' => 'mytier3', 'address' => 'head.example.org' } }

  conf = '/etc/slurm/slurm.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'hands out its configuration, in which it is known by its own name' do
      is_expected.to contain_file(conf).with_content(/^ClusterName=mytier3\nSlurmctldHost=head\(head\.example\.org\)$/)
        .with_content(/^SlurmctldParameters=enable_configless$/).that_notifies('Service[slurmctld]')
      is_expected.to contain_exec('workers take the new configuration of Slurm').with_refreshonly(true).that_subscribes_to('Service[slurmctld]')
    end

    it 'never starts without the list that its gres.conf includes' do
      is_expected.to contain_file('/etc/slurm/gres.conf').with_content(%r{^Include /etc/slurm/gpus\.conf$})
      is_expected.to contain_exec('a list of graphics processors, if an empty one').with_creates('/etc/slurm/gpus.conf')
        .that_comes_before('Service[slurmctld]')
    end

    it('keeps its queue to itself') { is_expected.to contain_file('/var/spool/slurmctld').with(owner: 'slurm', mode: '0700') }
    it { is_expected.to contain_file(conf).with_content(/^PartitionName=main Nodes=ALL Default=YES MaxTime=7-00:00:00 State=UP$/) }
    it { is_expected.to contain_file(conf).with_content(/^MaxNodeCount=1024$/).with_content(/^DefMemPerCPU=2048$/) }
    it { is_expected.to contain_file(conf).with_content(%r{^ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup,task/affinity$}) }
    it { is_expected.to contain_file('/etc/slurm/cgroup.conf').with_content(/^ConstrainRAMSpace=yes$/) }

    context 'with partitions of its own' do
      let(:params) do
        super().merge('state' => '/srv/slurm', 'max_nodes' => 7, 'memory_per_cpu' => '512M', 'partitions' => [
                        { 'name' => 'short', 'max_time' => '0-01:00:00', 'default_time' => '0-00:10:00' },
                        { 'name' => 'big', 'feature' => 'big_memory', 'max_time' => 'UNLIMITED' },
                        { 'name' => 'huge', 'feature' => 'big_memory' }
                      ])
      end

      it 'gives each its workers; the first takes what names none' do
        is_expected.to contain_file(conf).with_content(
          <<~TEXT.then { |text| /^#{Regexp.escape(text)}\z/ }
            NodeSet=with_big_memory Feature=big_memory
            PartitionName=short Nodes=ALL Default=YES MaxTime=0-01:00:00 DefaultTime=0-00:10:00 State=UP
            PartitionName=big Nodes=with_big_memory MaxTime=UNLIMITED State=UP
            PartitionName=huge Nodes=with_big_memory MaxTime=7-00:00:00 State=UP
          TEXT
        )
      end

      it { is_expected.to contain_file(conf).with_content(%r{^StateSaveLocation=/srv/slurm$}).with_content(/^MaxNodeCount=7$/) }
      it { is_expected.to contain_file(conf).with_content(/^DefMemPerCPU=512$/) }
      it { is_expected.to contain_file('/srv/slurm').with(owner: 'slurm') }
    end

    context 'with another default' do
      let(:params) { super().merge('partitions' => [{ 'name' => 'a' }, { 'name' => 'b', 'default' => true }]) }

      it { is_expected.to contain_file(conf).with_content(/^PartitionName=a Nodes=ALL MaxTime/) }
      it { is_expected.to contain_file(conf).with_content(/^PartitionName=b Nodes=ALL Default=YES MaxTime/) }
    end

    context 'where workers have no control groups' do
      let(:params) { super().merge('confine' => false) }

      it { is_expected.to contain_file(conf).with_content(%r{^ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none$}) }
      it { is_expected.to contain_file('/etc/slurm/cgroup.conf').without_content(/Constrain/) }
    end

    context 'beside munge' do
      let(:pre_condition) { "include slurm\nservice { 'munge': }" }

      it { is_expected.to contain_service('munge').that_comes_before('Service[slurmctld]') }
    end
  end
end
