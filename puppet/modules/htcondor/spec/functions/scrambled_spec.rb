describe 'htcondor::scrambled' do
  it 'is what HTCondor reads' do
    bytes = subject.execute('secret').binary_buffer.bytes
    expect(bytes).to eq([0xAD, 0xC8, 0xDD, 0x9D, 0xBB, 0xD9])
  end
end
