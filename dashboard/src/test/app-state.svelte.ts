let url = $state.raw(new URL('http://plant.test/'));

/** The page of `$app/state`, for tests of components. */
export const page = {
  get url(): URL {
    return url;
  },
};

/** `goto` of `$app/navigation`, for tests of components. */
export const goto = async (address: string): Promise<void> => {
  url = new URL(address, url);
};
