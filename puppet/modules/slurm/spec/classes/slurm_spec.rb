describe 'slurm' do
  on_each_system do |system|
    commands = system.start_with?('debian') ? 'slurm-client' : 'slurm'

    it { is_expected.to compile.with_all_deps }

    it 'has the user before a package makes one with another number' do
      is_expected.to contain_group('slurm').with_gid(64_030)
      is_expected.to contain_user('slurm').with(uid: 64_030, gid: 'slurm').that_comes_before("Package[#{commands}]")
    end

    it { is_expected.to contain_file('/var/log/slurm').with(ensure: 'directory', owner: 'slurm') }

    context 'with another number' do
      let(:params) { { 'uid' => 450 } }

      it { is_expected.to contain_user('slurm').with_uid(450) }
      it { is_expected.to contain_group('slurm').with_gid(450) }
    end
  end
end
