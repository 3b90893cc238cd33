describe 'munge' do
  let(:params) { { 'key' => sensitive('/wAQgA==') } }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'writes the bytes that are meant, and shows them to nobody' do
      file = catalogue.resource('File', '/etc/munge/munge.key')
      expect(file.sensitive_parameters).to include(:content)
      expect(file[:content].bytes).to eq([255, 0, 16, 128])
      is_expected.to contain_file('/etc/munge/munge.key').with(owner: 'munge', mode: '0400', show_diff: false)
        .that_requires('Package[munge]').that_notifies('Service[munge]')
    end

    it { is_expected.to contain_file('/etc/munge').with(owner: 'munge', mode: '0700') }
  end
end
