describe 'slurm_node' do
  let(:pre_condition) { 'include slurm' }
  let(:params) { { 'controller' => 'head.example.org', 'cores' => 0, 'memory_mb' => 0, 'gpus' => 0 } }

  on_each_system do |system|
    options = system.start_with?('debian') ? '/etc/default/slurmd' : '/etc/sysconfig/slurmd'

    it { is_expected.to compile.with_all_deps }

    it 'makes itself known with the memory it has, less what the system needs' do
      is_expected.to contain_file(options).that_notifies('Service[slurmd]')
        .with_content(/^SLURMD_OPTIONS='-Z --conf-server head\.example\.org:6817 --conf "RealMemory=22528"'$/)
    end

    it 'starts although it has no configuration of its own, and waits for nobody' do
      is_expected.to contain_file('/etc/systemd/system/slurmd.service.d/clusterdef.conf').that_notifies('Service[slurmd]')
      is_expected.to contain_service('slurmd').with(ensure: 'running', enable: true, start: 'systemctl --no-block start slurmd')
    end

    it 'is known to the controller as it is now, at its next start or when its jobs are gone' do
      is_expected.to contain_file('/etc/systemd/system/slurmd.service.d/clusterdef.conf')
        .with_content(%r{^ExecStartPre=-/usr/local/sbin/slurm-node-changed #{options}$}).with_content(/=head\.example\.org:6817$/)
      is_expected.to contain_exec('this worker is told to the controller as it is now')
        .with_onlyif(['test -x /usr/local/sbin/slurm-node-changed', "/usr/local/sbin/slurm-node-changed --pending #{options}"]).that_requires('Service[slurmd]')
    end

    it { is_expected.to contain_file('/etc/slurm/gpus.conf').without_content(/Name/) }

    context 'with what the site says of it' do
      let(:params) do
        super().merge('cores' => 8, 'memory_mb' => 4096, 'reserved_memory' => '3G', 'gpus' => 2, 'features' => %w[big_memory fast])
      end

      it { is_expected.to contain_file(options).with_content(/--conf "CPUs=8 RealMemory=2048 Gres=gpu:2 Feature=big_memory,fast"/) }
      it { is_expected.to contain_file('/etc/slurm/gpus.conf').with_content(%r{^Name=gpu File=/dev/nvidia\[0-1\]$}) }
    end

    context 'with one graphics processor' do
      let(:params) { super().merge('gpus' => 1) }

      it { is_expected.to contain_file('/etc/slurm/gpus.conf').with_content(%r{^Name=gpu File=/dev/nvidia0$}) }
    end
  end
end
