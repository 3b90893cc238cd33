describe 'xrootd_redirector' do
  let(:node) { 'head.example.org' }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'is the manager, and hears of its data servers on their port' do
      is_expected.to contain_file('/etc/xrootd/xrootd-clustered.cfg')
        .with_content(/^all\.role manager\nall\.manager head\.example\.org:3121$/)
        .with_content(/^if exec xrootd\nxrd\.port 1094\nelse\nxrd\.port 3121\nfi$/)
        .without_content(/oss\.localroot/).with_content(/^sec\.protocol unix$/)
    end

    it { is_expected.to contain_file('/etc/xrootd/xrootd-clustered.cfg').with_content(/^cms\.delay startup 90$/) }

    context 'of few data servers' do
      let(:params) { { 'startup' => 5 } }

      it { is_expected.to contain_file('/etc/xrootd/xrootd-clustered.cfg').with_content(/^cms\.delay startup 5$/) }
    end

    it { is_expected.to contain_service('xrootd@clustered').with(ensure: 'running', enable: true) }
    it { is_expected.to contain_service('cmsd@clustered').with(ensure: 'running', enable: true) }
  end
end
